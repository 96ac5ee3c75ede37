/** The whole engine on real veth pairs: what must hold whatever frames, stages and the moment of the stop are. */
package io.millrace.lab.system;
