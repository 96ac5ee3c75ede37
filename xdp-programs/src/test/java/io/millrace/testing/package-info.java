/** Fixtures on real interfaces that the tests of several modules share, as a test-jar. */
package io.millrace.testing;
