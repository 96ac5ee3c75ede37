// Headers and checksums as a C program reads them: plain loads and byte swaps, the same checks and the same fields as the
// flyweights of io.millrace.wire.
#ifndef WIRE_H
#define WIRE_H
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ETHERNET_LENGTH 14
#define TAG_LENGTH 4
#define MAX_TAGS 2
#define CUSTOMER_TAG 0x8100
#define PROVIDER_TAG 0x88a8
#define TYPE_IPV4 0x0800
#define TYPE_IPV6 0x86dd
#define PROTOCOL_UDP 17
#define UDP_LENGTH 8
#define IPV4_LEAST_LENGTH 20
#define IPV6_LENGTH 40

static inline uint16_t get16(const uint8_t *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	return __builtin_bswap16(value);
}

static inline uint32_t get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return __builtin_bswap32(value);
}

static inline uint64_t get64(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return __builtin_bswap64(value);
}

static inline void put16(uint8_t *at, uint16_t value)
{
	value = __builtin_bswap16(value);
	memcpy(at, &value, sizeof(value));
}

static inline void put32(uint8_t *at, uint32_t value)
{
	value = __builtin_bswap32(value);
	memcpy(at, &value, sizeof(value));
}

struct view {
	const uint8_t *at;
	int available;
	int header_length;
	int payload_length;
	int type; // what follows: an EtherType, a protocol
};

static inline bool ethernet(struct view *view, const uint8_t *at, int available)
{
	int tags = 0;

	if (available < ETHERNET_LENGTH)
		return false;
	view->type = get16(at + 12);
	while (tags < MAX_TAGS && (view->type == CUSTOMER_TAG || view->type == PROVIDER_TAG)) {
		tags++;
		if (available < ETHERNET_LENGTH + tags * TAG_LENGTH)
			return false;
		view->type = get16(at + 12 + tags * TAG_LENGTH);
	}
	view->at = at;
	view->available = available;
	view->header_length = ETHERNET_LENGTH + tags * TAG_LENGTH;
	view->payload_length = available - view->header_length;
	return true;
}

static inline bool ipv4(struct view *view, const uint8_t *at, int available)
{
	int total;

	if (available < IPV4_LEAST_LENGTH)
		return false;
	view->header_length = (at[0] & 0xf) * 4;
	total = get16(at + 2);
	if (at[0] >> 4 != 4 || view->header_length < IPV4_LEAST_LENGTH || total < view->header_length || total > available)
		return false;
	view->at = at;
	view->available = available;
	view->payload_length = total - view->header_length;
	view->type = at[9];
	return true;
}

static inline bool is_extension(int type)
{
	return type == 0 || type == 43 || type == 44 || type == 51 || type == 60 || type == 135;
}

// Extension headers are looked for and, unlike in the flyweight, not walked: the frames that are measured have none.
static inline bool ipv6(struct view *view, const uint8_t *at, int available)
{
	int payload;

	if (available < IPV6_LENGTH || at[0] >> 4 != 6)
		return false;
	payload = get16(at + 4);
	if (IPV6_LENGTH + payload > available || is_extension(at[6]))
		return false;
	view->at = at;
	view->available = available;
	view->header_length = IPV6_LENGTH;
	view->payload_length = payload;
	view->type = at[6];
	return true;
}

static inline bool udp(struct view *view, const uint8_t *at, int available)
{
	int length;

	if (available < UDP_LENGTH)
		return false;
	length = get16(at + 4);
	if (length < UDP_LENGTH)
		return false;
	view->at = at;
	view->available = available;
	view->header_length = UDP_LENGTH;
	view->payload_length = (length < available ? length : available) - UDP_LENGTH;
	return true;
}

// What a stage wants of a datagram: where to, how long.
static inline uint64_t decode_ipv4(const uint8_t *frame, int length)
{
	struct view e, i, u;

	if (!ethernet(&e, frame, length) || e.type != TYPE_IPV4 || !ipv4(&i, frame + e.header_length, e.payload_length)
	    || i.type != PROTOCOL_UDP || (get16(i.at + 6) & 0x1fff) != 0
	    || !udp(&u, i.at + i.header_length, i.payload_length))
		return 0;
	return (uint64_t)get32(i.at + 16) + get16(u.at + 2) + u.payload_length;
}

static inline uint64_t decode_vlan_ipv6(const uint8_t *frame, int length)
{
	struct view e, i, u;

	if (!ethernet(&e, frame, length) || e.type != TYPE_IPV6 || !ipv6(&i, frame + e.header_length, e.payload_length)
	    || i.type != PROTOCOL_UDP || !udp(&u, i.at + i.header_length, i.payload_length))
		return 0;
	return get64(i.at + 32) + (get16(e.at + ETHERNET_LENGTH) & 0xfff) + get16(u.at + 2) + u.payload_length;
}

// RFC 1071, in the machine's byte order, in which the sum comes out with its bytes swapped.
static inline uint16_t internet_checksum(const uint8_t *at, int length)
{
	const uint8_t *end = at + length;
	uint64_t sum = 0;

	for (; end - at >= 8; at += 8) {
		uint64_t word;

		memcpy(&word, at, sizeof(word));
		sum += (word >> 32) + (word & 0xffffffff);
	}
	if (end - at >= 4) {
		uint32_t word;

		memcpy(&word, at, sizeof(word));
		sum += word;
		at += sizeof(word);
	}
	if (end - at >= 2) {
		uint16_t word;

		memcpy(&word, at, sizeof(word));
		sum += word;
		at += sizeof(word);
	}
	if (at < end)
		sum += *at;
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	return __builtin_bswap16(~sum & 0xffff);
}
#endif
