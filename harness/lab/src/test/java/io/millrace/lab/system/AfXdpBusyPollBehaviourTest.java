package io.millrace.lab.system;

import io.millrace.testing.RootOnly;

/**
 * The behaviour with a poller that runs the driver's receive, rings without flags, and more room in front of frames.
 */
@RootOnly
class AfXdpBusyPollBehaviourTest extends AfXdpBehaviourTest {
    @Override
    String options() {
        return "busy-poll { mode = on }, need-wakeup = off, headroom = 64";
    }
}
