import { parsePortTable } from './port-listing.js';

/** As nft 1.0.6 prints it. */
const LISTING = `table inet mha4rdb_5432 {
	set armed {
		type inet_service
		flags timeout
	}

	set open {
		type inet_service
		flags timeout
		elements = { 5432 timeout 2s60ms expires 1s952ms }
	}

	set peers {
		type ipv4_addr . inet_service
		flags timeout
		elements = { 10.0.0.1 . 5432 timeout 2s60ms expires 1s952ms,
			     10.0.0.2 . 5432 timeout 2s60ms expires 1m1s900ms }
	}

	set peers6 {
		type ipv6_addr . inet_service
		flags timeout
	}

	chain input {
		type filter hook input priority filter - 10; policy accept;
		tcp dport @open accept
		ip saddr . tcp dport @peers accept
		ip6 saddr . tcp dport @peers6 accept
		tcp dport 5432 reject with tcp reset
	}

	chain output {
		type filter hook output priority filter - 10; policy accept;
		tcp sport @open accept
		ip daddr . tcp sport @peers accept
		ip6 daddr . tcp sport @peers6 accept
		tcp sport 5432 tcp flags & rst == rst accept
		tcp sport 5432 drop
	}
}
`;

describe('the listing of our table', () => {
  it('shows an intact fence and what is left of the leases', () => {
    expect(parsePortTable(5432, LISTING)).toEqual({
      intact: true,
      openLeft: 1952,
      peersLeft: 61_900,
    });
  });

  it('shows nothing open when the sets are empty', () => {
    const empty = LISTING.replaceAll(/\t\telements = \{[^}]*\}\n/g, '');
    expect(parsePortTable(5432, empty)).toEqual({ intact: true, openLeft: 0, peersLeft: 0 });
  });

  it.each([
    ['the closing rule of input is gone', '\t\ttcp dport 5432 reject with tcp reset\n', ''],
    ['the closing rule of output is gone', '\t\ttcp sport 5432 drop\n', ''],
    ['a chain is not hooked', 'type filter hook output priority filter - 10; policy accept;', ''],
    ['a rule was added in front', '\t\ttcp dport @open', '\t\taccept\n\t\ttcp dport @open'],
    ['it fences another port', /5432 drop/, '5433 drop'],
    [
      'permissions would never end',
      /set open \{\n\t\ttype inet_service\n\t\tflags timeout/,
      'set open {\n\t\ttype inet_service',
    ],
    ['a set is missing', 'set peers6', 'set other'],
  ])('is no fence when %s', (_case, from, to) => {
    const broken = LISTING.replace(from, to);
    expect(broken).not.toBe(LISTING);
    expect(parsePortTable(5432, broken).intact).toBe(false);
  });

  it('is no fence when it is the table of another port, or nothing', () => {
    expect(parsePortTable(5433, LISTING).intact).toBe(false);
    expect(parsePortTable(5432, '')).toEqual({ intact: false, openLeft: 0, peersLeft: 0 });
  });
});
