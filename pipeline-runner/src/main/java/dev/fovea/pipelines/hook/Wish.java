package dev.fovea.pipelines.hook;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.fovea.kernel.Caller;

/** What an event asks for. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Wish.OfCommit.class, name = "of-commit"),
  @JsonSubTypes.Type(value = Wish.OfAlias.class, name = "of-alias"),
  @JsonSubTypes.Type(value = Wish.Nothing.class, name = "nothing")
})
sealed interface Wish {
  /** The release of the newest version whose run carries the build's commit. */
  record OfCommit(Caller.Build build) implements Wish {}

  /** The release of the version that an alias points to. */
  record OfAlias(String repository, String alias) implements Wish {}

  /** Nothing, and why. */
  record Nothing(String why) implements Wish {}
}
