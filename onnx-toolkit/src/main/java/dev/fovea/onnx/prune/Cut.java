package dev.fovea.onnx.prune;

/**
 * A place where channels stand in a constant.
 *
 * @param node the place of the node that reads the constant
 * @param input at which of its inputs
 * @param axis along which axis of the constant
 * @param channels in the order in which they stand there
 * @param run how many elements of the axis are a channel's, one after the other
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Cut(int node, int input, int axis, int[] channels, int run) {}
