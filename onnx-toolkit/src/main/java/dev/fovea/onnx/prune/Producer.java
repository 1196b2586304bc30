package dev.fovea.onnx.prune;

/**
 * A node whose filters make channels.
 *
 * @param node its place
 * @param channels what they make
 * @param norms the sum of absolute weights of each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Producer(int node, int[] channels, double[] norms) {}
