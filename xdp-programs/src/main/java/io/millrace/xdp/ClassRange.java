package io.millrace.xdp;

/** Classes of one dimension, both ends included. A condition always means classes that follow each other. */
record ClassRange(int first, int last) {

    /** What a key has in a dimension that is not in its shape. */
    static final ClassRange NONE = new ClassRange(0, 0);

    int count() {
        return last - first + 1;
    }
}
