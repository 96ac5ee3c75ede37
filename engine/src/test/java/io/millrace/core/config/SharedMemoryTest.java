package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.spi.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedMemoryTest {
    private static final String OWNER = "type = af-xdp, interface = eth1, frame-size = 4096, huge-pages = off";
    private static final String GUEST = "type = af-xdp, interface = eth2, umem = a";

    private static MillraceConfig read(String a, String b) {
        return MillraceConfig.parse("millrace {\n ports {\n a { " + a + " }\n b { " + b + " }\n"
                + " s { type = udp, bind = \"*:9\" }\n }\npipeline = [{ stage = drop }]\n}");
    }

    @Test
    void shouldHaveTheFramesOfTheUmemThatItNames() {
        AfXdpSettings guest =
                (AfXdpSettings) read(OWNER + ", frames = 16384", GUEST).ports().get(1);
        assertEquals("a", guest.umem());
        assertEquals(16384, guest.frames());
        assertEquals(4096, guest.frameSize());
        assertEquals(
                guest,
                read(GUEST.replace("umem = a", "umem = b"), OWNER + ", frames = 16384")
                                                .ports()
                                                .get(0)
                                        instanceof AfXdpSettings other
                                && other.umem().equals("b")
                        ? guest
                        : null,
                "in any order");
    }

    @Test
    void shouldHaveAUmemOfItsOwn() {
        assertNull(((AfXdpSettings) read(OWNER, "type = af-xdp, interface = eth2, umem = own")
                        .ports()
                        .get(1))
                .umem());
    }

    @Test
    void shouldRenderWhatReadsAsTheSame() {
        MillraceConfig config = read(OWNER, GUEST);
        assertEquals(config, MillraceConfig.parse(config.render()));
    }

    @Test
    void shouldLeaveRoomInFrontOfFramesIfAnyPortOverTheUmemWritesThere() {
        for (String[] ports : new String[][] {
            {OWNER, GUEST + ", tx-metadata = [timestamp]"}, {OWNER + ", tx-metadata = [checksum]", GUEST}
        }) {
            MillraceConfig config = read(ports[0], ports[1]);
            for (PortSettings port : config.ports().subList(0, 2)) {
                assertTrue(((AfXdpSettings) port).options().metadataRoom(), port::toString);
            }
            assertEquals(
                    1,
                    config.ports().subList(0, 2).stream()
                            .filter(port -> !((AfXdpSettings) port)
                                    .options()
                                    .txMetadata()
                                    .isEmpty())
                            .count());
            assertEquals(config, MillraceConfig.parse(config.render()));
        }
        assertFalse(
                ((AfXdpSettings) read(OWNER, GUEST).ports().get(0)).options().metadataRoom());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "umem = c | ports.b.umem is c, which is none of the ports; name one of type af-xdp",
                "umem = s | ports.b.umem is s, a port of type udp, which has no UMEM for AF_XDP; name one of"
                        + " type af-xdp",
                "umem = b | ports.b.umem is b, the port itself; write own",
                "umem = a, frames = 4096 | ports.b.frames is for a UMEM of the port's own, but umem is a; set it at"
                        + " that port",
                "umem = a, huge-pages = on | ports.b.huge-pages is for a UMEM of the port's own, but umem is a; set"
                        + " it at that "
                        + "port",
                "umem = [a] | ports.b.umem is a list; write the name of a port, or own",
            })
    void shouldRefuse(String guest, String problem) {
        assertEquals(
                "config:4: " + problem,
                assertThrows(ConfigException.class, () -> read(OWNER, "type = af-xdp, interface = eth2, " + guest))
                        .getMessage());
    }

    @Test
    void shouldRefuseAUmemThatIsItselfAnothers() {
        assertEquals(
                "config:3: ports.a.umem is b, which lives in the UMEM of a itself; name that one",
                assertThrows(ConfigException.class, () -> read("type = af-xdp, interface = eth1, umem = b", GUEST))
                        .getMessage()
                        .lines()
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void shouldRefuseFewerFramesThanTheFillRingsOfAllHold() {
        assertEquals(
                "config:3: ports.a.frames is 8192, too few for the fill rings of all ports that share its UMEM,"
                        + " which hold 12288; set frames to 12288 or more, or rings.fill to less",
                assertThrows(ConfigException.class, () -> read(OWNER, GUEST + ", queues = [0, 1]"))
                        .getMessage());
    }
}
