import { md5Answer, passwordKeys, proofOf, prove } from './proof.js';
import type { DigestChallenge } from './request.js';

const salt = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
const token = Buffer.from('01020304', 'hex');
const password = 'Test@123';

/** Computed by an implementation that answers the published vector right. */
const VECTORS = [
  {
    method: 'sha256',
    iterations: 2048,
    storedKey: '23450af55d138fd30269433bb277e4f922af5a4b8041db2fcb80d8c280b0e47b',
    serverKey: '6615c12900e393018d67129cc661b9cd9e41279cbcd78af3d09407e1baf0753b',
    answer: 'dbb047e9dfbc42d9e0c085761a7ea53ac58794b3ec30e217b3b148ff57ff052c',
    signature: '32343d624ed52af486effb657827bafcb2cc6f47bca11e3ef39013a725debfe3',
  },
  {
    method: 'sha256',
    iterations: 10_000,
    storedKey: '9d81ae59cb3ddfeeb5ca72829ad072985d6a3cd766da53be67e04d34d0614619',
    serverKey: 'e0018bde2c5d430ba6024d1d4db1089c83e167bfe6d801b1898691bb0987dec4',
    answer: '426950de4bb55fb9e7242ccd55158c666fba259c752cc31313b79e7e8bdac919',
    signature: '8e6f56ca3fa3e92e299bb6efc61f78528530edd31e388a1cf2330a31b51f4303',
  },
  {
    method: 'sm3',
    iterations: 10_000,
    answer: '806f70bd7a4465d13e7fe2f7d645db8ce9203d79e0c6a647560c3cecdad3de8a',
    signature: 'b0ee65b15c430c7c88002a39cd4065c608f4f1071774854f147662f7f3a163d8',
  },
] as const;

describe('the proof of a password', () => {
  it('is the one that was published for openGauss', async () => {
    const challenge: DigestChallenge = {
      method: 'sha256',
      salt: Buffer.from('1'.repeat(64), 'hex'),
      token: Buffer.from('3'.repeat(8), 'hex'),
      iterations: 1,
    };
    const proof = await prove(challenge, Buffer.from([1, 2, 3, 4]), []);
    expect(proof?.answer.toString('hex')).toBe(
      '6308566b6ff5463d5bbcf7cbd95e2bf416a833994ea26d04d48f3b719d4b58fb',
    );
  });

  it.each(VECTORS)('$method with $iterations iterations is as recorded', async (vector) => {
    const keys = await passwordKeys(password, salt, vector.iterations, vector.method);
    const proof = proofOf(keys, token);
    expect(proof.answer.toString('hex')).toBe(vector.answer);
    expect(proof.signature.toString('hex')).toBe(vector.signature);
    if (!('storedKey' in vector)) return;
    expect(keys.storedKey.toString('hex')).toBe(vector.storedKey);
    expect(keys.serverKey.toString('hex')).toBe(vector.serverKey);
  });

  it.each(VECTORS)('$method finds $iterations iterations by the signature', async (vector) => {
    const signature = Buffer.from(vector.signature, 'hex');
    const challenge = { method: vector.method, salt, token, signature };
    const proof = await prove(challenge, password, [10_000, 2048]);
    expect(proof?.answer.toString('hex')).toBe(vector.answer);
  });

  it('is not made for a signature that the password does not explain', async () => {
    const signature = Buffer.from(VECTORS[0].signature, 'hex');
    const challenge = { method: 'sha256', salt, token, signature } as const;
    expect(await prove(challenge, 'another', [10_000, 2048])).toBeUndefined();
    expect(await prove(challenge, password, [10_000])).toBeUndefined();
  });

  it('with MD5 is PostgreSQL’s', () => {
    // md5(md5('secret' || 'alice') || the four bytes), with md5sum.
    expect(md5Answer('alice', 'secret', token)).toBe('md598a0412b9c31436fc53776e863350083');
  });
});
