package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What drivers say of themselves, as ethtool shows it. */
class VirtualInterfaceTest {
    @ParameterizedTest
    @CsvSource(
            value = {
                "veth, '', true",
                "bridge, N/A, true",
                "tun, tap, true",
                "macvlan, '', true",
                "'', '', true",
                "vxlan, '', true",
                "ifb, '', true",
                "virtio_net, 0000:00:03.0, true",
                "vif, vif-0, true",
                "vmxnet3, 0000:0b:00.0, true",
                "hv_netvsc, '', true",
                "ixgbe, 0000:01:00.0, false",
                "mlx5_core, 0000:81:00.1, false",
                "r8152, usb-0000:00:14.0-2, false",
                "st_gmac, fe300000.ethernet, false"
            })
    void shouldTellCardsFromOthers(String driver, String bus, boolean isVirtual) {
        assertEquals(isVirtual, VirtualInterface.is(driver, bus));
    }
}
