package io.millrace.afxdp;

import io.millrace.ring.CompletionRing;
import io.millrace.ring.FillRing;
import io.millrace.ring.RxRing;
import io.millrace.ring.TxRing;

/** The four rings of one AF_XDP socket. */
public record XdpRings(FillRing fill, RxRing rx, TxRing tx, CompletionRing completion) {}
