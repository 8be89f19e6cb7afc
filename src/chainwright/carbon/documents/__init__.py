"""A carbon efficiency code as one document: what page, JSON and command line show of it.

A document is a plain dict that JSON can hold; numbers that cannot be said are None. Its keys, with
units in the names or beside them (money in 10^4 CNY unless named otherwise):

=============  ===================================================================================
form           ``"carbon-code/1"``
firm           id, credit_code, name_en, name_zh, class (GB/T 4754), class_en, class_zh,
               division (GB/T 2260), division_en, division_zh, size
period         month (YYYY-MM, the last of the window), first, last (YYYY-MM-DD), months (how many)
rated          whether there is a grade
reason         None, or code, en, zh: why there is none
totals         net_t, gross_t, neutralised_t (tCO2e), value_added, half_width (relative, 95 %)
intensity      value (L, tCO2e per 10^4 CNY), mean (of the peers), level (0 where none), bounds
efficiency     value (K), grade (0 where not rated), bounds, probability (of each grade) or None
neutrality     value (R)
peers          None, or class (the code of the group), digits, en, zh, firms, rank (1 emits least
               per value added), low, quarter, median, three_quarters, high (of L: where 10, 25, 50,
               75 and 90 % of the peers lie below; None below five peers, which would name them)
trend          a row a month, rising: month, net_t, intensity, efficiency, grade
coverage       kinds (39), measured, estimated, missing; estimated_kinds and missing_kinds, lists of
               number, kind, en, zh, unit
measures       a row a measure, best first: code, en, zh, saving_t (a year), cost_cny,
               payback_years, assumed (whether a figure is an assumption), source
method         id, title_en, title_zh, issuer_en, issuer_zh, certainty, certainty_en,
               certainty_zh, mean_en, mean_zh
factors        name of the factor set, digest (hexadecimal)
signature      None, or issuer, kid (hexadecimal), official, issued, expires (YYYY-MM-DD), text
=============  ===================================================================================
"""
