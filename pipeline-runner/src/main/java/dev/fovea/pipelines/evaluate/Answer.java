package dev.fovea.pipelines.evaluate;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;

/** What a variant said to one image. In JSON the fields tell which of the two it is. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(Scored.class), @JsonSubTypes.Type(Seen.class)})
public sealed interface Answer permits Scored, Seen {
  /** The image. */
  Digest image();

  /** The image's path in its dataset. */
  String path();

  /**
   * Whether a variant asked for this shard's images could have said it to this one: the sandboxed
   * process that it comes from ran a model that is not trusted.
   */
  boolean fits(Shard shard, Sample sample);
}
