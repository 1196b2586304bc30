package dev.fovea.serving.protocol;

import java.util.Arrays;

/** A float array that grows with what was really sent, never with what a shape claims. */
final class FloatBuilder {
  private float[] data = new float[64];
  private int size;

  void add(float value) {
    if (size == data.length) {
      data = Arrays.copyOf(data, size * 2);
    }
    data[size++] = value;
  }

  int size() {
    return size;
  }

  float[] toArray() {
    return Arrays.copyOf(data, size);
  }
}
