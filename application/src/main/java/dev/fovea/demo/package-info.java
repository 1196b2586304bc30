/**
 * The whole loop, played on the digits example over the same protocols that the stock clients
 * speak.
 */
@NullMarked
package dev.fovea.demo;

import org.jspecify.annotations.NullMarked;
