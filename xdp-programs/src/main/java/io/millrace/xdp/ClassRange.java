package io.millrace.xdp;

/** A range of classes in one dimension, both ends included: the classes that a condition means follow each other. */
record ClassRange(int first, int last) {

    /** The class that a key has for a dimension which is not in its shape. */
    static final ClassRange NONE = new ClassRange(0, 0);

    int count() {
        return last - first + 1;
    }
}
