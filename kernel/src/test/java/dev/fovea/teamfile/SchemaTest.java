package dev.fovea.teamfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published JSON schema says what the reader does. */
class SchemaTest {
  private static final JsonNode SCHEMA = read();

  @ParameterizedTest
  @EnumSource
  void hasTheKeysOfEverySectionAndNoOthers(Section section) {
    var definition = SCHEMA.path("definitions").path(Values.written(section));
    assertThat(definition.path("properties").propertyNames())
        .containsExactlyElementsOf(section.keys());
    assertThat(definition.path("additionalProperties").asBoolean(true)).isFalse();
  }

  @Test
  void hasNoDefinitionThatTheReaderDoesNotKnow() {
    assertThat(SCHEMA.path("definitions").propertyNames())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Section.values()).map(Values::written).toList());
    assertThat(SCHEMA.path("$schema").asString())
        .isEqualTo("http://json-schema.org/draft-07/schema#");
  }

  @Test
  void namesTheSameWordsAsTheReader() {
    assertThat(words("gate", "measure")).isEqualTo(Values.MEASURES);
    assertThat(words("gate", "sweep")).isEqualTo(written(Sweep.Kind.values()));
    assertThat(words("gate", "of")).isEqualTo(written(Gate.Variant.values()));
    assertThat(words("dataset", "format")).isEqualTo(written(DatasetSpec.Format.values()));
    assertThat(words("preprocess", "resize")).isEqualTo(written(PreprocessSpec.Resize.values()));
    assertThat(words("preprocess", "colour")).isEqualTo(written(PreprocessSpec.Colour.values()));
    assertThat(words("detector", "output")).isEqualTo(written(DetectorSpec.Output.values()));
    assertThat(words("tiles", "merge")).isEqualTo(written(TilesSpec.Merge.values()));
    assertThat(words("tiles", "match")).isEqualTo(written(TilesSpec.Match.values()));
    assertThat(words("quantize", "target"))
        .isEqualTo(written(ReleaseSpec.QuantizeSpec.Target.values()));
    assertThat(words("quantize", "method"))
        .isEqualTo(written(ReleaseSpec.QuantizeSpec.Method.values()));
    assertThat(words("quantize", "type"))
        .isEqualTo(written(ReleaseSpec.QuantizeSpec.Type.values()));
    assertThat(words("search", "prefer"))
        .isEqualTo(written(ReleaseSpec.SearchSpec.Preference.values()));
  }

  @ParameterizedTest
  @EnumSource
  void namesEveryCheckWithItsReactionsAndItsDefault(DatasetSpec.Check check) {
    var spec = new DatasetSpec("d.dvc", DatasetSpec.Format.CSV, List.of(), Map.of());
    assertThat(words("quality", Values.written(check)))
        .isEqualTo(written(DatasetSpec.Reaction.values()));
    assertThat(
            SCHEMA
                .path("definitions")
                .path("quality")
                .path("properties")
                .path(Values.written(check))
                .path("default")
                .asString())
        .isEqualTo(Values.written(spec.reactionTo(check)));
  }

  private static String words(String section, String key) {
    return String.join(
        ", ",
        SCHEMA
            .path("definitions")
            .path(section)
            .path("properties")
            .path(key)
            .path("enum")
            .valueStream()
            .map(JsonNode::asString)
            .toList());
  }

  private static String written(Enum<?>[] constants) {
    return String.join(", ", Arrays.stream(constants).map(Values::written).toList());
  }

  private static JsonNode read() {
    try (var in = TeamFile.class.getResourceAsStream("/fovea.schema.json")) {
      assertThat(in).isNotNull();
      return new JsonMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
