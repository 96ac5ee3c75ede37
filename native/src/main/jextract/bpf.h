/* libbpf, and what it needs of the kernel's bpf(2) interface. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
