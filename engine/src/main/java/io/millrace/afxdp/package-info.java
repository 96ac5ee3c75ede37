/**
 * AF_XDP ports. Hot: {@link io.millrace.afxdp.AfXdpPort} and {@link io.millrace.afxdp.XdpQueue}; cold:
 * everything else, which {@link io.millrace.afxdp.AfXdpPortOpener} puts together.
 */
package io.millrace.afxdp;
