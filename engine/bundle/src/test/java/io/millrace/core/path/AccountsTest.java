package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.lmax.disruptor.BusySpinWaitStrategy;
import io.millrace.Lease;
import io.millrace.afxdp.CrankedPort;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The port to which frames in the pipeline are booked. */
class AccountsTest {
    private final Arena arena = Arena.ofShared();
    private final CrankedPort left = new CrankedPort(arena, 0, 32, 16, 8);
    private final CrankedPort right = new CrankedPort(arena, 1, 32, 16, 8);

    @AfterEach
    void close() {
        arena.close();
    }

    private static int inStages(Crank crank, CrankedPort port) {
        int leased = crank.leases.kept(port.port().id());
        return port.port().counters().inStages(leased, crank.pipeline.inFlight());
    }

    @Test
    void shouldBookFramesInStagesOnThePortThatReceivedThem() {
        Crank crank = new Crank(16, left, right);
        crank.runner(frame -> {}, 0, false); // no thread runs it, so that frames stay with it
        crank.over(new StagedPipeline(List.of(crank.runners), 64, 8, new BusySpinWaitStrategy(), crank.outlet));
        left.arrive(2, 0);
        right.arrive(5, 0);
        crank.turn();
        assertEquals(2, inStages(crank, left));
        assertEquals(5, inStages(crank, right));
        right.arrive(1, 0);
        crank.turn();
        assertEquals(2, inStages(crank, left));
        assertEquals(6, inStages(crank, right));
    }

    @Test
    void shouldNotBookFramesTwiceThatLeasesHold() {
        List<Lease> leases = new ArrayList<>();
        Crank crank = new Crank(16, left, right).inline(frame -> leases.add(frame.lease()));
        left.arrive(1, 0);
        right.arrive(3, 0);
        crank.turn();
        assertEquals(1, crank.leases.kept(0));
        assertEquals(3, crank.leases.kept(1));
        assertEquals(0, inStages(crank, left));
        assertEquals(0, inStages(crank, right));
        leases.forEach(Lease::close);
        crank.turn();
        assertEquals(0, crank.leases.kept(1));
        assertEquals(0, inStages(crank, right));
        assertEquals(3, right.port().counters().finished());
    }
}
