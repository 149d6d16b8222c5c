package io.shipote.core;

import java.util.Arrays;

/** The newest so many rows of numbers, all of one width; memory is taken as they come. Confined to the loop thread. */
final class Rows {
    private static final int FIRST_ROWS = 4;

    private final int width;
    private final int capacity;
    private long[] numbers = new long[0];
    private int first;
    private int size;

    Rows(int width, int capacity) {
        this.width = width;
        this.capacity = capacity;
    }

    int size() {
        return size;
    }

    /** Adds a copy of the row, over the oldest if it is full. */
    void add(long[] row) {
        if (size == capacity) {
            System.arraycopy(row, 0, numbers, first * width, width);
            first = first + 1 == capacity ? 0 : first + 1;
            return;
        }
        if ((size + 1) * width > numbers.length) {
            int rows = Math.min(capacity, Math.max(FIRST_ROWS, size * 2));
            numbers = Arrays.copyOf(numbers, rows * width);
        }
        System.arraycopy(row, 0, numbers, size * width, width);
        size++;
    }

    /** A number of a row; row 0 is the oldest. */
    long get(int row, int column) {
        if (row < 0 || row >= size) {
            throw new IndexOutOfBoundsException("row " + row + " of " + size);
        }
        return numbers[(first + row) % capacity * width + column];
    }

    void clear() {
        first = 0;
        size = 0;
    }

    /** Copies a row. */
    void copy(int row, long[] into) {
        for (int column = 0; column < width; column++) {
            into[column] = get(row, column);
        }
    }
}
