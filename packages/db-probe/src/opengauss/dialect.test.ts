import { DIALECT_NAMES, dialectOf, isDialectName } from './dialect.js';

describe('the dialects of the openGauss family', () => {
  it.each([
    ['vastbase', 'vb_ctl', 'vb_guc', 'vb_version', 5432, 'vastbase'],
    ['opengauss', 'gs_ctl', 'gs_guc', 'opengauss_version', 5432, 'omm'],
    ['mogdb', 'gs_ctl', 'gs_guc', 'opengauss_version', 26_000, 'omm'],
    ['panweidb', 'gs_ctl', 'pw_guc', 'pw_version', 17_700, 'omm'],
  ] as const)(
    '%s is operated by %s',
    (name, control, setSetting, versionFunction, port, osUser) => {
      expect(dialectOf(name)).toMatchObject({
        name,
        control,
        setSetting,
        versionFunction,
        port,
        osUser,
      });
    },
  );

  it('each is found by the name that it bears', () => {
    for (const name of DIALECT_NAMES) expect(dialectOf(name).name).toBe(name);
  });

  it('a PostgreSQL derivative of another family is none of them', () => {
    expect(DIALECT_NAMES.every(isDialectName)).toBe(true);
    expect(['postgres', 'kingbase', 'mysql', ''].some(isDialectName)).toBe(false);
  });
});
