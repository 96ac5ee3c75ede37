package io.millrace.lab.bench;

import io.millrace.lab.process.PeerProgram;
import java.nio.file.Path;
import java.util.List;

/** The C program on a packet socket: what there is without AF_XDP. */
final class AfPacketPeer extends PeerContender {
    AfPacketPeer(String name, Path lab) {
        super(
                name,
                PeerProgram.AF_PACKET,
                lab,
                Peers.settings("TPACKET_V3, sendmmsg, spins", "not to be had"),
                false,
                (program, task) -> List.of(
                        program.toString(), task.suite().isEcho() ? "reflect" : "rxdrop", task.interfaceName()));
    }

    @Override
    public boolean usesPacketSocket() {
        return true;
    }
}
