package dev.fovea.teamfile;

import dev.fovea.kernel.Name;
import java.util.Optional;

/**
 * One rule that a release must pass: a measure, of a variant, on a split or a device, held against
 * a limit.
 *
 * @param measure what is measured
 * @param of which variant; absent where {@code drop} compares both
 * @param drop whether the limit is for FP32 minus INT8
 * @param sweep the fault that it is measured under; absent for measures of images as they are
 * @param slice the slice it is measured on; absent means the whole split
 * @param device the lab device that it is measured on; absent for shares and size
 * @param bound which side of the limit is good
 * @param limit the limit, in the measure's unit
 * @param line where the rule stands in {@code fovea.yaml}, from 1
 */
public record Gate(
    Measure measure,
    Variant of,
    boolean drop,
    Optional<Sweep> sweep,
    Optional<String> slice,
    Optional<Name> device,
    Bound bound,
    double limit,
    int line) {
  /** What can be measured, with its unit. */
  public enum Measure {
    /** Share of right answers, 0 to 1. */
    ACCURACY("accuracy", ""),
    /** Mean over the classes of the share found, 0 to 1. */
    MACRO_RECALL("macro-recall", ""),
    /** The worst class's share found, 0 to 1. */
    WORST_RECALL("worst-recall", ""),
    /** The least {@link #ACCURACY} over the strengths of a fault, 0 to 1. */
    ACCURACY_UNDER("accuracy-under", ""),
    /**
     * COCO's average precision over the overlaps 0.50, 0.55 … 0.95, mean of the classes, 0 to 1.
     */
    MAP("map", ""),
    /** The same at overlap 0.50. */
    MAP50("map50", ""),
    /** {@link #MAP} of objects up to 32² px. */
    MAP_SMALL("map-small", ""),
    /** {@link #MAP} of objects of 32² to 96² px. */
    MAP_MEDIUM("map-medium", ""),
    /** {@link #MAP} of objects from 96² px on. */
    MAP_LARGE("map-large", ""),
    /** The worst class's {@link #MAP}, 0 to 1. */
    WORST_AP("worst-ap", ""),
    /** The least {@link #MAP} over the strengths of a fault, 0 to 1. */
    MAP_UNDER("map-under", ""),
    LATENCY_P50("latency-p50", "ms"),
    LATENCY_P90("latency-p90", "ms"),
    LATENCY_P99("latency-p99", "ms"),
    /** The process's own growth while it runs, in MiB. */
    MEMORY("memory", "MiB"),
    /** The model file, in MiB. */
    SIZE("size", "MiB");

    private final String written;
    private final String unit;

    Measure(String written, String unit) {
      this.written = written;
      this.unit = unit;
    }

    /** As it stands in the file. */
    public String written() {
      return written;
    }

    /** Its unit; empty for a share. */
    public String unit() {
      return unit;
    }

    /** Whether it is of classes said of whole images, as classifiers say them. */
    public boolean ofClasses() {
      return this == ACCURACY
          || this == MACRO_RECALL
          || this == WORST_RECALL
          || this == ACCURACY_UNDER;
    }

    /** Whether it is the least value over the strengths of a fault. */
    public boolean underFault() {
      return this == ACCURACY_UNDER || this == MAP_UNDER;
    }

    /** Whether it is of objects found in images, as detectors find them. */
    public boolean ofObjects() {
      return unit.isEmpty() && !ofClasses();
    }

    /** Whether a lab device measures it. */
    public boolean needsDevice() {
      return this == LATENCY_P50 || this == LATENCY_P90 || this == LATENCY_P99 || this == MEMORY;
    }
  }

  /** A model version in one form. */
  public enum Variant {
    FP32,
    INT8
  }

  /** Which side is good. */
  public enum Bound {
    AT_LEAST,
    AT_MOST
  }

  /** A rule on images as they are. */
  public Gate(
      Measure measure,
      Variant of,
      boolean drop,
      Optional<String> slice,
      Optional<Name> device,
      Bound bound,
      double limit,
      int line) {
    this(measure, of, drop, Optional.empty(), slice, device, bound, limit, line);
  }

  /** Whether this value is on the good side. NaN never is. */
  public boolean allows(double value) {
    return bound == Bound.AT_LEAST ? value >= limit : value <= limit;
  }
}
