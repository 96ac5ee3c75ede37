package io.millrace.xdp;

/** Class numbers that a condition owns, both ends included. Classes are numbered so that they follow each other. */
record ClassRange(int first, int last) {

    /** The one range of a dimension that a rule does not speak of; 0 is what its mask leaves of any frame. */
    static final ClassRange NOT_ASKED = new ClassRange(0, 0);

    int count() {
        return last - first + 1;
    }
}
