/** The end of an axis: the smallest of 1, 2, 2.5, 5 and 10 times a power of ten that is no less than the greatest value. */
export function axisEnd(greatest: number): number {
  if (greatest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(greatest));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= greatest * (1 - 1e-9)) ?? 10;
  return step * power;
}
