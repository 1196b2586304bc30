package dev.fovea.cli.imports.source;

import java.util.List;
import java.util.Optional;

/**
 * A registered model with its versions, the lowest number first.
 *
 * @param aliases alias to version number
 */
public record RegisteredModel(
    String name,
    Optional<String> description,
    List<Pair> tags,
    List<Version> versions,
    List<Pair> aliases) {
  /**
   * One version that is not deleted.
   *
   * @param source where its files are, as the source writes it
   * @param place where they really are, where the source tells that apart; else the same
   */
  public record Version(
      int number,
      String source,
      String place,
      Optional<String> run,
      Optional<String> model,
      String description,
      String stage,
      List<Pair> tags) {}
}
