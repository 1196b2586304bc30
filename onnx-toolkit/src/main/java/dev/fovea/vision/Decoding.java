package dev.fovea.vision;

/** What became of bytes that were said to be an image. */
public sealed interface Decoding {
  /**
   * They are one.
   *
   * @param header what the file says
   * @param frame its pixels, upright, alpha dropped
   */
  record Readable(ImageHeader header, Frame frame) implements Decoding {}

  /**
   * They are not, or not one that is read.
   *
   * @param reason which kind of refusal
   * @param explanation what is wrong, with values and what was expected; holds no bytes of the file
   */
  record Refused(Reason reason, String explanation) implements Decoding {}

  /** Kinds of refusal. */
  enum Reason {
    /** No byte at all. */
    EMPTY,
    /** The file, a side or the raster is over its limit. */
    TOO_LARGE,
    /** The first bytes are of neither PNG nor JPEG. */
    NOT_AN_IMAGE,
    /** It ends before its own end mark. */
    TRUNCATED,
    /** Its structure or its compressed data contradicts itself. */
    CORRUPT,
    /** A kind of PNG or JPEG that models are not fed with: 16 bits a sample, CMYK, arithmetic. */
    UNSUPPORTED
  }
}
