package dev.fovea.vision.jpeg;

/**
 * Brings a component to the frame's size: triangle filters for halves, with the roundings of
 * libjpeg's "fancy upsampling", and repetition for anything else.
 */
final class Upsampling {
  private Upsampling() {}

  /** One output row of {@code out.length} samples. */
  static void row(Component component, Component.Frame frame, int y, byte[] out) {
    int across = frame.maxAcross() / component.across;
    int down = frame.maxDown() / component.down;
    boolean halves =
        across * component.across == frame.maxAcross() && down * component.down == frame.maxDown();
    if (halves && across == 2 && down == 1 && component.width > 2) {
      halfWidth(component, y, out);
    } else if (halves && across == 2 && down == 2 && component.width > 2) {
      quarter(component, y, out);
    } else if (halves && across == 1 && down == 2) {
      halfHeight(component, y, out);
    } else {
      repeated(component, frame, y, out);
    }
  }

  private static void repeated(Component component, Component.Frame frame, int y, byte[] out) {
    int line = y * component.down / frame.maxDown() * component.stride;
    for (int x = 0; x < out.length; x++) {
      out[x] = component.samples[line + x * component.across / frame.maxAcross()];
    }
  }

  private static void halfWidth(Component component, int y, byte[] out) {
    int line = y * component.stride;
    int last = component.width - 1;
    for (int x = 0; x < out.length; x++) {
      int at = x / 2;
      int near = component.samples[line + at] & 0xff;
      int neighbour = Math.clamp(at + (x % 2 == 0 ? -1 : 1), 0, last);
      int far = component.samples[line + neighbour] & 0xff;
      out[x] = (byte) ((3 * near + far + (neighbour == at ? 0 : 1 + x % 2)) >> 2);
    }
  }

  private static void halfHeight(Component component, int y, byte[] out) {
    int near = y / 2 * component.stride;
    int far = neighbourRow(component, y) * component.stride;
    for (int x = 0; x < out.length; x++) {
      int sum = 3 * (component.samples[near + x] & 0xff) + (component.samples[far + x] & 0xff);
      out[x] = (byte) ((sum + 1 + y % 2) >> 2);
    }
  }

  private static void quarter(Component component, int y, byte[] out) {
    int near = y / 2 * component.stride;
    int far = neighbourRow(component, y) * component.stride;
    int last = component.width - 1;
    for (int x = 0; x < out.length; x++) {
      int at = x / 2;
      int neighbour = Math.clamp(at + (x % 2 == 0 ? -1 : 1), 0, last);
      int sum = 3 * column(component, near, far, at) + column(component, near, far, neighbour);
      out[x] = (byte) ((sum + 8 - x % 2) >> 4);
    }
  }

  private static int column(Component component, int near, int far, int x) {
    return 3 * (component.samples[near + x] & 0xff) + (component.samples[far + x] & 0xff);
  }

  private static int neighbourRow(Component component, int y) {
    return Math.clamp(y / 2 + (y % 2 == 0 ? -1 : 1), 0, component.height - 1);
  }
}
