/* SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only */
/* What the loader has set: constant for the verifier, which cuts out what these rules do not need. */
#ifndef MILLRACE_CONFIG_H
#define MILLRACE_CONFIG_H

#include <bpf/bpf_helpers.h>

#include "accept.h"

const volatile struct accept_config config SEC(".rodata.config") = {};

#endif
