package dev.fovea.onnx.prune.correct;

import dev.fovea.onnx.prune.NotPrunable;
import dev.fovea.onnx.quantize.calibrate.ChannelSums;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceFailed;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.RefusedTensor;
import java.util.BitSet;
import java.util.Iterator;
import java.util.Map;

/** Inputs that are read anew with every pass, less those that the whole model fails on. */
final class Examples {
  private final Iterable<Map<String, FloatTensor>> all;
  private final BitSet failed = new BitSet();
  private String firstFailure = "";
  private int count;

  Examples(Iterable<Map<String, FloatTensor>> all) {
    this.all = all;
  }

  /**
   * The first pass, which finds out which of them fail.
   *
   * @param session of the whole model
   * @throws NotPrunable where there is none, or all of them fail
   */
  void first(InferenceSession session, ChannelSums sums) {
    for (var example : all) {
      try {
        var batch = sums.run(session, example);
        if (batch.isFinite()) {
          sums.add(batch);
        } else {
          fail("its activations are not finite");
        }
      } catch (RefusedTensor | InferenceFailed e) {
        fail(e.explanation());
      }
      count++;
    }
    if (count == 0) {
      throw new NotPrunable(
          "correction of activations with 0 example inputs (expected: >= 1)",
          "Give example inputs; 100 to 500 images are usual.");
    }
    if (failed.cardinality() == count) {
      throw new NotPrunable(
          "correction of activations: the model fails on all %d example inputs; on the first: %s"
              .formatted(count, firstFailure),
          "Give inputs that the model answers; check their shapes and their preprocessing.");
    }
  }

  private void fail(String why) {
    if (failed.isEmpty()) {
      firstFailure = why;
    }
    failed.set(count);
  }

  /** A further pass, over those that did not fail. */
  Iterable<Map<String, FloatTensor>> usable() {
    return () -> {
      var inputs = all.iterator();
      return new Iterator<>() {
        private int at = -1;

        @Override
        public boolean hasNext() {
          return failed.nextClearBit(at + 1) < count;
        }

        @Override
        public Map<String, FloatTensor> next() {
          int wanted = failed.nextClearBit(at + 1);
          while (++at < wanted) {
            inputs.next();
          }
          return inputs.next();
        }
      };
    };
  }

  /** How many count. */
  String words() {
    int usable = count - failed.cardinality();
    return usable == count
        ? "%d images".formatted(count)
        : "%d of %d images".formatted(usable, count);
  }
}
