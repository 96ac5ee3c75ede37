package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuiteTest {
    @Test
    void shouldFindOneByItsName() {
        for (Suite suite : Suite.values()) {
            assertEquals(List.of(suite), Suite.named(suite.toString()));
        }
    }

    @Test
    void shouldFindAllOfTcpAndAll() {
        assertEquals(
                List.of(Suite.TCP_ECHO_64X1, Suite.TCP_ECHO_16KX1, Suite.TCP_ECHO_64X100, Suite.TCP_ECHO_16KX100),
                Suite.named("tcp-echo"));
        assertEquals(List.of(Suite.values()), Suite.named("all"));
    }

    @Test
    void shouldFindNoneByAnotherName() {
        assertEquals(List.of(), Suite.named("udp"));
    }

    @Test
    void shouldSayInItsNameWhatItSends() {
        assertEquals("tcp-echo-16kx100", Suite.TCP_ECHO_16KX100.toString());
        assertEquals(16_384, Suite.TCP_ECHO_16KX100.messageLength());
        assertEquals(100, Suite.TCP_ECHO_16KX100.connections());
    }
}
