// Sends the frame that it is run on, through BPF_PROG_RUN with live frames, out of the one device in the map.
// Each frame gets the next sequence number and the checksum that goes with it, and its header fields anew.
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define LARGEST_OFFSET 255 // the verifier wants to see a bound; headers are shorter than that
#define FIELDS 4

// KernelTraffic.java reads and writes these, by offset.
struct {
	__u64 sequence;		 // of the next frame; counts every run, taken by the device or not
	__u32 sequence_offset;	 // where in the frame it goes, 0: nowhere
	__u32 checksum_offset;	 // of the UDP checksum
	__u32 checksum_sum;	 // the ones' complement sum of all that it covers, the sequence number apart
	// What a receiver rewrites in the first of the datagrams that it merges: the kernel sends the same pages again.
	struct {
		__u16 offset; // in the frame, 0: none
		__u16 value;  // in network order
	} fields[FIELDS];
} state;

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} devices SEC(".maps");

static __always_inline __u16 checksum(__u64 sequence)
{
	__u32 sum = state.checksum_sum;

	sum += (sequence >> 48) + (sequence >> 32 & 0xffff) + (sequence >> 16 & 0xffff) + (sequence & 0xffff);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff ? sum : ~sum; // a checksum of 0 would mean that there is none
}

static __always_inline void restore(void *frame, void *end)
{
	for (int i = 0; i < FIELDS; i++) {
		__u16 *field = frame + (state.fields[i].offset & LARGEST_OFFSET);

		if (state.fields[i].offset && (void *)(field + 1) <= end)
			*field = state.fields[i].value;
	}
}

SEC("xdp")
int send(struct xdp_md *context)
{
	void *frame = (void *)(long)context->data, *end = (void *)(long)context->data_end;
	__u64 sequence = state.sequence++;
	__u64 *sequence_field = frame + (state.sequence_offset & LARGEST_OFFSET);
	__u16 *checksum_field = frame + (state.checksum_offset & LARGEST_OFFSET);

	restore(frame, end);
	if (state.sequence_offset && (void *)(sequence_field + 1) <= end && (void *)(checksum_field + 1) <= end) {
		*sequence_field = bpf_cpu_to_be64(sequence);
		*checksum_field = bpf_htons(checksum(sequence));
	}
	return bpf_redirect_map(&devices, 0, 0);
}

char _license[] SEC("license") = "GPL";
