/** Where a million viewers may live: large cities, with the millions of people in and around them, rounded. */
import type { Coordinates } from '../../actors/geo/location.ts';

export interface WorldCity {
  readonly name: string;
  readonly region: string;
  readonly at: Coordinates;
  readonly millions: number;
}

const city = (
  name: string,
  region: string,
  latitude: number,
  longitude: number,
  millions: number,
): WorldCity => ({
  name,
  region,
  at: { latitude, longitude },
  millions,
});

export const worldCities: readonly WorldCity[] = [
  city('beijing', 'cn-bj', 39.9, 116.4, 21),
  city('shanghai', 'cn-sh', 31.2, 121.5, 28),
  city('guangzhou', 'cn-gd', 23.1, 113.3, 14),
  city('shenzhen', 'cn-gd', 22.5, 114.1, 13),
  city('chengdu', 'cn-sc', 30.7, 104.1, 10),
  city('chongqing', 'cn-cq', 29.6, 106.5, 17),
  city('wuhan', 'cn-hb', 30.6, 114.3, 9),
  city('xian', 'cn-sn', 34.3, 108.9, 8),
  city('nanjing', 'cn-js', 32.1, 118.8, 9),
  city('hangzhou', 'cn-zj', 30.3, 120.2, 8),
  city('shenyang', 'cn-ln', 41.8, 123.4, 7),
  city('harbin', 'cn-hl', 45.8, 126.5, 6),
  city('kunming', 'cn-yn', 25.0, 102.7, 5),
  city('urumqi', 'cn-xj', 43.8, 87.6, 4),
  city('hong-kong', 'hk', 22.3, 114.2, 8),
  city('taipei', 'tw', 25.0, 121.5, 7),
  city('tokyo', 'jp', 35.7, 139.7, 37),
  city('osaka', 'jp', 34.7, 135.5, 19),
  city('seoul', 'kr', 37.6, 127.0, 10),
  city('manila', 'ph', 14.6, 121.0, 14),
  city('bangkok', 'th', 13.8, 100.5, 11),
  city('singapore', 'sg', 1.4, 103.8, 6),
  city('jakarta', 'id', -6.2, 106.8, 11),
  city('delhi', 'in', 28.6, 77.2, 33),
  city('mumbai', 'in', 19.1, 72.9, 21),
  city('dubai', 'ae', 25.2, 55.3, 3),
  city('istanbul', 'tr', 41.0, 29.0, 16),
  city('moscow', 'ru', 55.8, 37.6, 13),
  city('frankfurt', 'de', 50.1, 8.7, 3),
  city('london', 'gb', 51.5, -0.1, 10),
  city('paris', 'fr', 48.9, 2.4, 11),
  city('madrid', 'es', 40.4, -3.7, 7),
  city('johannesburg', 'za', -26.2, 28.0, 6),
  city('new-york', 'us', 40.7, -74.0, 19),
  city('los-angeles', 'us', 34.1, -118.2, 13),
  city('mexico-city', 'mx', 19.4, -99.1, 22),
  city('sao-paulo', 'br', -23.6, -46.6, 23),
  city('sydney', 'au', -33.9, 151.2, 5),
];
