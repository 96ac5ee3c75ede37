/**
 * AF_XDP ports. Hot: {@link io.millrace.engine.afxdp.AfXdpPort} and {@link io.millrace.engine.afxdp.XdpQueue}; cold:
 * everything else, which {@link io.millrace.engine.afxdp.AfXdpPortOpener} puts together.
 */
package io.millrace.engine.afxdp;
