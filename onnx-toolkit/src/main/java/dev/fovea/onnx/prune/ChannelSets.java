package dev.fovea.onnx.prune;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Channels that go together or not at all, and those that must stay. */
final class ChannelSets {
  private int[] parents = new int[256];
  private int count;
  private final Map<Integer, String> held = new HashMap<>();

  /** Channels that nothing is known of yet. */
  int[] fresh(int wanted) {
    if (wanted > parents.length - count) {
      parents = Arrays.copyOf(parents, Math.max(2 * parents.length, count + wanted));
    }
    var channels = new int[wanted];
    for (int i = 0; i < wanted; i++) {
      parents[count] = count;
      channels[i] = count++;
    }
    return channels;
  }

  /** The set of a channel: its first member. */
  int of(int channel) {
    int at = channel;
    while (parents[at] != at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }

  /** From now on both go together. */
  void join(int one, int other) {
    int first = Math.min(of(one), of(other));
    int second = Math.max(of(one), of(other));
    if (first != second) {
      parents[second] = first;
      var why = held.remove(second);
      if (why != null) {
        held.putIfAbsent(first, why);
      }
    }
  }

  /** They must stay; the first reason counts. */
  void hold(int[] channels, String why) {
    for (int channel : channels) {
      held.putIfAbsent(of(channel), why);
    }
  }

  /** Why a channel must stay; empty where it may go. */
  Optional<String> held(int channel) {
    return Optional.ofNullable(held.get(of(channel)));
  }
}
