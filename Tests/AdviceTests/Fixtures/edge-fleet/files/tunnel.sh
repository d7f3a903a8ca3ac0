#!/bin/sh
# the shops' routers let nothing in
exec autossh -N -R 0:localhost:22 tunnel@mon1.example
