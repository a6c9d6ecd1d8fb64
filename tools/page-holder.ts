/** A function of the page: who holds a VIP as its table says; empty: nobody, or not one alone. `✓ lb1` and `! lb2, not lb1` are one. */
export const heldBy = `(vip) => {
  const row = [...document.querySelectorAll('#vips tbody tr')].find(({ cells }) => cells[0].textContent === vip);
  const words = row?.cells[2].textContent.split(',')[0].split(' ') ?? [];
  return words.length === 2 ? words[1] : '';
}`;
