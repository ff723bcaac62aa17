"""The drawing room of the demo library: everything in `content/assets` that is not Markdown is made here.

Words: a *look* is a deck's colour world and page frame; a *page* is one slide being drawn; a *box* is a rectangle in
pixels of a 1280 x 720 page; a *block* is a composition (layers, steps, price table) that fills a box.
"""
