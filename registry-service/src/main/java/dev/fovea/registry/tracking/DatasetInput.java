package dev.fovea.registry.tracking;

import dev.fovea.kernel.Digest;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.Limits;
import dev.fovea.registry.protocol.MlflowError;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A dataset that a run used.
 *
 * @param digest MLflow's own short digest, DVC's {@code <md5>.dir}, or the digest of a dataset
 *     version of Fovea
 * @param version the dataset version that the digest, the tag {@code fovea.dataset.version} or the
 *     source names
 */
public record DatasetInput(
    String name,
    String digest,
    String sourceType,
    String source,
    Optional<String> schema,
    Optional<String> profile,
    List<KeyValue> tags,
    Optional<Digest> version) {
  /** The tag, of an input or of a run, that names a dataset version. */
  public static final String VERSION_TAG = "fovea.dataset.version";

  private static final String CONTEXT_TAG = "mlflow.data.context";
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final int NAME_CHARS = 500;
  private static final int MLFLOW_DIGEST_CHARS = 36;
  private static final int SOURCE_CHARS = 65_535;
  private static final int SCHEMA_CHARS = 1_048_575;
  private static final int PROFILE_CHARS = 16_777_215;
  private static final int TAG_KEY_CHARS = 255;
  private static final int TAG_VALUE_CHARS = 500;

  /** Reads MLflow's message. */
  public static DatasetInput of(Fields fields) {
    var dataset =
        fields
            .object("dataset")
            .orElseThrow(
                () -> MlflowError.invalid("Missing value for required parameter 'dataset'."));
    var tags = KeyValue.listed(fields, "tags");
    tags.forEach(tag -> {
      Limits.atMost("key", tag.key(), TAG_KEY_CHARS);
      Limits.atMost("value", tag.value(), TAG_VALUE_CHARS);
    });
    var digest = dataset.text("digest");
    if (!DIGEST.matcher(digest).matches()) {
      Limits.atMost("digest", digest, MLFLOW_DIGEST_CHARS);
    }
    var source = Limits.atMost("source", dataset.optionalText("source").orElse(""), SOURCE_CHARS);
    return new DatasetInput(
        Limits.atMost("name", dataset.text("name"), NAME_CHARS),
        digest,
        dataset.optionalText("source_type").orElse(""),
        source,
        dataset.optionalText("schema").map(schema -> Limits.atMost("schema", schema, SCHEMA_CHARS)),
        dataset
            .optionalText("profile")
            .map(profile -> Limits.atMost("profile", profile, PROFILE_CHARS)),
        tags,
        namedVersion(digest)
            .or(() -> value(tags, VERSION_TAG).flatMap(DatasetInput::namedVersion))
            .or(() -> namedVersion(source)));
  }

  /** What it was used for, such as {@code training}. */
  public String context() {
    return value(tags, CONTEXT_TAG).orElse("");
  }

  /** The one dataset version that a text names; empty where it names none or several. */
  static Optional<Digest> namedVersion(String text) {
    var found =
        DIGEST.matcher(text).results().map(result -> result.group()).distinct().limit(2).toList();
    return found.size() == 1 ? Optional.of(Digest.parse(found.getFirst())) : Optional.empty();
  }

  private static Optional<String> value(List<KeyValue> tags, String key) {
    return tags.stream().filter(tag -> tag.key().equals(key)).map(KeyValue::value).findFirst();
  }
}
