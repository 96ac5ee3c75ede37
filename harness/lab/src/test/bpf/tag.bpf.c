/*
 * Puts datagrams to an address that ends in .3 into a VLAN as they leave: the
 * tag goes beside the packet, as it does for a network card that inserts it.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define TAG	0xa007	/* priority 5, VLAN 7 */

/* Names no GPL-only helper, so the kernel asks for no GPL. */
char _license[] SEC("license") = "Apache-2.0";

SEC("tc")
int tag(struct __sk_buff *skb)
{
	struct ethhdr *ethernet = (void *)(long)skb->data;
	struct iphdr *ip = (void *)(ethernet + 1);

	if ((void *)(ip + 1) > (void *)(long)skb->data_end)
		return TC_ACT_OK;
	if (ethernet->h_proto == bpf_htons(ETH_P_IP) && (bpf_ntohl(ip->daddr) & 0xff) == 3)
		bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), TAG);
	return TC_ACT_OK;
}
