import { buildImage } from '../../src/lab/image.ts';

// A controller of its own, so that a test can kill it while it builds an image. EVENKEEL_CACHE says where.
await buildImage('debian13', (event) => console.log(event.code));
