package dev.fovea.labels.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Gives groups splits that have their share of each class's objects: the class that is in the
 * fewest groups comes first, and each of its groups goes where most of its objects are missing
 * (Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label data", ECML PKDD 2011).
 * A group has many objects at once, so then each group moves to another split while that brings the
 * shares nearer to what was asked: the sum of (missing / all)² / share over splits and classes, the
 * images being one class more.
 *
 * <p>Groups are taken in the order of their hashes and classes in that of their names, so the order
 * of files changes nothing. Takes time in proportion to splits and to the classes of all groups.
 */
final class Stratification {
  private static final int NOWHERE = -1;
  private static final int MOST_ROUNDS = 16;
  private static final double LEAST_GAIN = 1e-12; // below it, sums may gain by rounding alone

  private final List<String> splits;
  private final double[] shares;
  private final String[] classes;
  private final Group[] groups;
  private final int[][] holders; // the groups of each class
  private final double[] all; // objects of each class, then images
  private final double[][] missing; // by split and class
  private final int[] places;

  /**
   * A group.
   *
   * @param classes places of its classes, sorted; the last one stands for images
   * @param objects how many it has of each
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Group(String key, double point, int[] classes, long[] objects) {}

  /**
   * Begins with the groups that have a split.
   *
   * @param kept the splits of these, by their keys
   */
  Stratification(Ratios ratios, GroupPoint points, ClassCounts counts, Map<String, String> kept) {
    splits = List.copyOf(ratios.shares().keySet());
    shares = ratios.shares().values().stream().mapToDouble(Double::doubleValue).toArray();
    classes = counts.classes().keySet().stream().sorted().toArray(String[]::new);
    var ranks = new int[classes.length];
    int rank = 0;
    for (int number : new TreeMap<>(counts.classes()).values()) {
      ranks[number] = rank++;
    }
    groups =
        counts.groups().entrySet().stream()
            .map(each -> group(each.getKey(), points.of(each.getKey()), each.getValue(), ranks))
            .sorted(Comparator.comparingDouble(Group::point).thenComparing(Group::key))
            .toArray(Group[]::new);
    holders = holders();
    all = new double[classes.length + 1];
    for (var group : groups) {
      for (int i = 0; i < group.classes().length; i++) {
        all[group.classes()[i]] += group.objects()[i];
      }
    }
    missing = new double[shares.length][];
    for (int split = 0; split < shares.length; split++) {
      double share = shares[split];
      missing[split] = Arrays.stream(all).map(each -> share * each).toArray();
    }
    places = new int[groups.length];
    for (int i = 0; i < groups.length; i++) {
      var split = kept.get(groups[i].key());
      places[i] = NOWHERE;
      if (split != null) {
        put(i, splits.indexOf(split));
      }
    }
  }

  private static Group group(String key, double point, ClassCounts.OfGroup counts, int[] ranks) {
    var order =
        IntStream.range(0, counts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> ranks[counts.label(i)]))
            .toList();
    var classes = new int[counts.size() + 1];
    var objects = new long[counts.size() + 1];
    for (int i = 0; i < counts.size(); i++) {
      classes[i] = ranks[counts.label(order.get(i))];
      objects[i] = counts.objects(order.get(i));
    }
    classes[counts.size()] = ranks.length;
    objects[counts.size()] = counts.images();
    return new Group(key, point, classes, objects);
  }

  private int[][] holders() {
    var sizes = new int[classes.length + 1];
    for (var group : groups) {
      Arrays.stream(group.classes()).forEach(label -> sizes[label]++);
    }
    var holders = Arrays.stream(sizes).mapToObj(int[]::new).toArray(int[][]::new);
    for (int i = groups.length - 1; i >= 0; i--) {
      for (int label : groups[i].classes()) {
        holders[label][--sizes[label]] = i;
      }
    }
    return holders;
  }

  /** The split of every group, by its key. */
  Map<String, String> splits() {
    var free = IntStream.range(0, groups.length).filter(i -> places[i] == NOWHERE).toArray();
    deal();
    for (int round = 0; round < MOST_ROUNDS && improve(free); round++) {}
    var found = new HashMap<String, String>();
    for (int i = 0; i < groups.length; i++) {
      found.put(groups[i].key(), splits.get(places[i]));
    }
    return found;
  }

  /** In how many groups each class is that is in fewer than there are splits. */
  Map<String, Integer> unbalanced() {
    var few = new TreeMap<String, Integer>();
    for (int i = 0; i < classes.length; i++) {
      if (holders[i].length < splits.size()) {
        few.put(classes[i], holders[i].length);
      }
    }
    return few;
  }

  private void deal() {
    int images = classes.length;
    var left = new int[images];
    var rarest =
        new TreeSet<Integer>(
            Comparator.<Integer>comparingInt(label -> left[label]).thenComparing(label -> label));
    for (int label = 0; label < images; label++) {
      left[label] = (int) Arrays.stream(holders[label]).filter(i -> places[i] == NOWHERE).count();
      rarest.add(label);
    }
    while (!rarest.isEmpty()) {
      int label = rarest.removeFirst();
      for (int group : holders[label]) {
        if (places[group] == NOWHERE) {
          put(group, neediest(groups[group], label));
          for (int other : groups[group].classes()) {
            if (other != images && rarest.remove(other)) {
              left[other]--;
              rarest.add(other);
            }
          }
        }
      }
    }
    for (int group : holders[images]) {
      if (places[group] == NOWHERE) {
        put(group, neediest(groups[group], images));
      }
    }
  }

  // Where most objects of the class are missing; of several, most images; of these, by the hash.
  private int neediest(Group group, int label) {
    var best = new ArrayList<Integer>();
    for (int split = 0; split < shares.length; split++) {
      int order = best.isEmpty() ? 1 : compareNeed(split, best.getFirst(), label);
      if (order > 0) {
        best.clear();
      }
      if (order >= 0) {
        best.add(split);
      }
    }
    return best.get((int) (group.point() * best.size()));
  }

  private int compareNeed(int a, int b, int label) {
    int byClass = Double.compare(missing[a][label], missing[b][label]);
    return byClass != 0
        ? byClass
        : Double.compare(missing[a][classes.length], missing[b][classes.length]);
  }

  private void put(int group, int split) {
    count(groups[group], split, -1);
    places[group] = split;
  }

  private void count(Group group, int split, int sign) {
    for (int i = 0; i < group.classes().length; i++) {
      missing[split][group.classes()[i]] += sign * group.objects()[i];
    }
  }

  // Whether any moved.
  private boolean improve(int[] free) {
    boolean moved = false;
    for (int group : free) {
      int best = places[group];
      double most = LEAST_GAIN;
      for (int split = 0; split < shares.length; split++) {
        double gain = split == places[group] ? 0 : gain(groups[group], places[group], split);
        if (gain > most) {
          most = gain;
          best = split;
        }
      }
      if (best != places[group]) {
        count(groups[group], places[group], 1);
        put(group, best);
        moved = true;
      }
    }
    return moved;
  }

  // By how much the sum shrinks.
  private double gain(Group group, int from, int to) {
    double gain = 0;
    for (int i = 0; i < group.classes().length; i++) {
      int label = group.classes()[i];
      double part = group.objects()[i] / all[label];
      double lacking = missing[from][label] / all[label];
      double wanted = missing[to][label] / all[label];
      gain += part * ((2 * wanted - part) / shares[to] - (2 * lacking + part) / shares[from]);
    }
    return gain;
  }
}
