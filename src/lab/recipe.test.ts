import { describe, expect, test } from 'vitest';
import { imageName, imageRecipe } from './recipe.ts';

describe('the recipe of an image', () => {
  test('names the image by all that it is made of', () => {
    const recipe = imageRecipe('debian13');
    expect(imageName(recipe)).toMatch(/^debian13-[0-9a-f]{12}$/);
    expect(imageName(imageRecipe('debian13'))).toBe(imageName(recipe));
    expect(imageName({ ...recipe, packages: [...recipe.packages, 'vim'] })).not.toBe(imageName(recipe));
    expect(imageName({ ...recipe, files: { ...recipe.files, 'etc/motd': 'hi' } })).not.toBe(imageName(recipe));
  });

  test('knows the names of the releases, and holds what every role needs', () => {
    expect([imageRecipe('debian12').codename, imageRecipe('debian13').codename]).toEqual(['bookworm', 'trixie']);
    expect(imageRecipe('debian12').packages).toEqual(
      expect.arrayContaining([
        'keepalived',
        'nginx',
        'nftables',
        'pdns-server',
        'pdns-backend-sqlite3',
        'openssh-server',
      ]),
    );
  });
});
