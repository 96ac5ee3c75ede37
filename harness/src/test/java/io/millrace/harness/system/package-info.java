/** The whole engine on real veth pairs: what must hold whatever the frames, the stages and the moment of the stop are. */
package io.millrace.harness.system;
