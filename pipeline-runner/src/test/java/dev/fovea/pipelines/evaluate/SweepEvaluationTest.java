package dev.fovea.pipelines.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.fixture.Shades;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.PreprocessSpec.Colour;
import dev.fovea.teamfile.PreprocessSpec.Resize;
import dev.fovea.teamfile.Sweep;
import dev.fovea.teamfile.Sweep.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SweepEvaluationTest {
  private static final Digest SOME = Digest.sha256(new byte[] {1});
  private static final PreprocessSpec SPEC =
      new PreprocessSpec(Resize.NONE, 8, 8, Colour.GREY, 1 / 255.0, List.of(0.5), List.of(0.5));

  private final MemoryObjectStore objects = new MemoryObjectStore();

  @Test
  void takesAllImagesOrAThousandByTheirDigestsWhateverTheirOrder() {
    var samples = samples(1_200);
    assertThat(SweepEvaluation.chosen(samples.subList(0, 1_000), Optional.empty()))
        .isEqualTo(samples.subList(0, 1_000));
    var chosen = SweepEvaluation.chosen(samples, Optional.empty());
    assertThat(chosen).hasSize(1_000).isSubsetOf(samples);
    assertThat(chosen).isSortedAccordingTo((a, b) -> a.path().compareTo(b.path()));
    var shuffled = new ArrayList<>(samples);
    Collections.shuffle(shuffled, new Random(1));
    assertThat(SweepEvaluation.chosen(shuffled, Optional.empty())).isEqualTo(chosen);
    assertThat(SweepEvaluation.chosen(samples, Optional.of("night")))
        .hasSize(240)
        .allMatch(sample -> sample.slice().equals(Optional.of("night")));
    assertThat(SweepEvaluation.chosen(samples, Optional.of("fog"))).isEmpty();
  }

  /** Asked in parts or at once, and about each image alone, the answers are the same. */
  @ParameterizedTest
  @EnumSource
  void isTheSameInHoweverManyParts(Kind kind) throws Exception {
    var split = Manifest.read(objects, Shades.dataset(objects)).split("test").subList(0, 30);
    var model = objects.put(Shades.model(0));
    var sweep = new Sweep(kind, Math.max(kind.least(), -0.6), Math.min(kind.most(), 0.9));
    var whole = whole(model, split);
    var at = evaluation(sweep, split, whole, List.of(part(model, sweep, split)));
    var parts =
        List.of(part(model, sweep, split.subList(0, 7)), part(model, sweep, split.subList(7, 30)));
    assertThat(evaluation(sweep, split, whole, parts)).isEqualTo(at);
    assertThat(at.at()).hasSize(sweep.strengths().length);
    assertThat(at.size()).isEqualTo(30);
    assertThat(
            at.at().stream()
                .filter(each -> each.strength() == 0)
                .findFirst()
                .orElseThrow()
                .answers())
        .isEqualTo(whole.answers());
    assertThat(UnderFault.read(objects, at.write(objects))).isEqualTo(at);
  }

  @Test
  void asksAboutTheImageWithTheFault() throws Exception {
    var split = Manifest.read(objects, Shades.dataset(objects)).split("test").subList(0, 30);
    var model = objects.put(Shades.model(0));
    var sweep = new Sweep(Kind.BRIGHTNESS, -0.8, 0);
    var evaluation =
        evaluation(sweep, split, whole(model, split), List.of(part(model, sweep, split)));
    // Four fifths darker, everything is dark; as it is, everything is told apart.
    assertThat(evaluation.at().getFirst().answers()).allMatch(a -> a.answer().equals("dark"));
    assertThat(evaluation.at().getLast().answers()).allMatch(Scored::right);
  }

  private SweepEvaluation evaluation(
      Sweep sweep,
      List<Sample> split,
      ClassifiedEvaluation whole,
      List<SweptImages.Answers> parts) {
    return SweepEvaluation.of(sweep, Optional.empty(), split, parts, whole);
  }

  private SweptImages.Answers part(Digest model, Sweep sweep, List<Sample> samples)
      throws Exception {
    var answers = new SweptImages(model, Shades.CLASSES, SPEC, sweep, samples).answers(objects);
    return SweptImages.Answers.read(objects, answers.write(objects));
  }

  private ClassifiedEvaluation whole(Digest model, List<Sample> split) throws Exception {
    var shard = new Shard(model, model, Shades.CLASSES, SPEC, Optional.empty(), split);
    return (ClassifiedEvaluation) Evaluation.of(shard, model, SOME, shard.answers(objects).fp32());
  }

  private static List<Sample> samples(int count) {
    var samples = new ArrayList<Sample>();
    for (int i = 0; i < count; i++) {
      var path = "%05d.png".formatted(i);
      samples.add(
          Shades.sample(
              path,
              Digest.sha256(path.getBytes(StandardCharsets.UTF_8)),
              "dark",
              "test",
              i % 5 == 0 ? Optional.of("night") : Optional.empty()));
    }
    return samples;
  }
}
