import { decodeAttributes, decodeMessages, NLM_F_ACK, textOf } from './netlink-message.js';
import { encodeTransaction } from './nf-transaction.js';

const PORT = Buffer.from([0x15, 0x38]);

describe('a transaction on sets', () => {
  const transaction = encodeTransaction('mha4rdb_5432', [
    { kind: 'take', set: 'armed', key: PORT },
    { kind: 'flush', set: 'open' },
    { kind: 'put', set: 'open', keys: [PORT, PORT], mark: 'lease' },
  ]);
  const messages = decodeMessages(transaction.bytes);

  it('stands between the beginning and the end of a batch', () => {
    expect(messages.map(({ type }) => type)).toEqual([0x10, 0xa0e, 0xa0e, 0xa0c, 0x11]);
    expect(transaction.messagesAt).toHaveLength(5);
  });

  it('asks for one acknowledgement, of the last change', () => {
    expect(messages.map(({ flags }) => (flags & NLM_F_ACK) !== 0)).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
  });

  it('names table and set in each change, and no elements where all are meant', () => {
    const named = messages.slice(1, 4).map(({ body }) => {
      const attributes = decodeAttributes(body, 4);
      return [textOf(attributes.get(1)), textOf(attributes.get(2)), attributes.has(3)];
    });
    expect(named).toEqual([
      ['mha4rdb_5432', 'armed', true],
      ['mha4rdb_5432', 'open', false],
      ['mha4rdb_5432', 'open', true],
    ]);
  });

  it('changes the timeouts of a mark, and nothing else', () => {
    const before = Buffer.from(transaction.bytes);
    transaction.setTimeout('lease', 1060);
    transaction.setTimeout('other', 7);
    const changed = [...before.keys()].filter((at) => before[at] !== transaction.bytes[at]);
    expect(changed).toHaveLength(4); // two bytes of each of the two elements
    expect(transaction.bytes.toString('hex')).toContain((1060).toString(16).padStart(16, '0'));
  });
});
