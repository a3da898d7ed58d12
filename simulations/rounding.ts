/** How exactly figures are told: no more digits than they can mean. */

export function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

export function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
