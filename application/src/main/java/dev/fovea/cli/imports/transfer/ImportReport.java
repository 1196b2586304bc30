package dev.fovea.cli.imports.transfer;

import java.util.List;

/**
 * What an import did, counted on both sides.
 *
 * @param source what it read
 * @param inSource what the source has and can be read
 * @param here what of it is here as it is there
 * @param changes calls that wrote something; 0 where nothing was new
 * @param notes what is kept in another form, or has no place here
 * @param faults what is missing or differs
 */
public record ImportReport(
    String source,
    Tally.Counts inSource,
    Tally.Counts here,
    long changes,
    List<String> notes,
    List<String> faults) {
  /** Whether all of the source is here. */
  public boolean isWhole() {
    return faults.isEmpty() && inSource.equals(here);
  }
}
