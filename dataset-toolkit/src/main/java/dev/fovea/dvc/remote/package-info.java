/**
 * Where a team shares what its working copies hold: folders, buckets and HTTP servers, laid out as
 * DVC does.
 */
@NullMarked
package dev.fovea.dvc.remote;

import org.jspecify.annotations.NullMarked;
