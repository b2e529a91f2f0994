"""Reading what others wrote: each kind of document by one module, with everything off that a hostile one could use."""
