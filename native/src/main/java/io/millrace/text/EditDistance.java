package io.millrace.text;

import java.util.List;

/** Finds the known word that was probably meant by a mistyped one. */
public final class EditDistance {

    private static final int FURTHEST = 2;

    private EditDistance() {}

    /** Returns the known word with the smallest distance; null if none is near. */
    public static String nearest(String word, List<String> known) {
        String nearest = null;
        int least = Math.min(FURTHEST, word.length() - 1) + 1;
        for (String candidate : known) {
            int distance = between(word, candidate);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /**
     * The number of letters that have to be inserted, deleted, changed or swapped with their neighbour to get from one
     * word to the other.
     */
    public static int between(String a, String b) {
        int[][] distance = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                distance[i][j] = i == 0 || j == 0 ? i + j : cheapest(distance, a, b, i, j);
            }
        }
        return distance[a.length()][b.length()];
    }

    private static int cheapest(int[][] distance, String a, String b, int i, int j) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int cheapest = distance[i - 1][j - 1] + (same ? 0 : 1);
        cheapest = Math.min(cheapest, 1 + Math.min(distance[i - 1][j], distance[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(cheapest, distance[i - 2][j - 2] + 1) : cheapest;
    }
}
